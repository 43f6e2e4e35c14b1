import { ApiProperty } from '@nestjs/swagger';

const records = { type: 'array', items: { type: 'object', additionalProperties: true } } as const;

/** Everything that is stored about an account, except hashes. */
export class AccountExport {
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly profile!: object;
  @ApiProperty(records) readonly history!: readonly object[];
  @ApiProperty(records) readonly sessions!: readonly object[];
  @ApiProperty(records) readonly permissions!: readonly object[];
  @ApiProperty(records) readonly messages!: readonly object[];
}
