import { Column, Entity, PrimaryColumn } from 'typeorm';
import { epoch } from '../../ddd/outbox/index.js';

/** What an account may do. */
@Entity('account_permission')
export class Permission {
  @PrimaryColumn('varchar', { name: 'account_id', length: 36 })
  accountId!: string;

  /** A text such as `product:write`. */
  @PrimaryColumn('varchar', { length: 100 })
  name!: string;

  /** Epoch milliseconds. */
  @Column(epoch('granted_at'))
  grantedAt!: number;
}
