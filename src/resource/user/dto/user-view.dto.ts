import { ApiProperty } from '@nestjs/swagger';

const mask = '...';

/** An account as its owner sees it. The password is always masked: the hash never leaves the process. */
export class UserView {
  @ApiProperty({ format: 'email', example: 'john@example.com' }) readonly email!: string;
  @ApiProperty({ const: mask, example: mask, description: 'Always masked' } as object)
  readonly password!: string;
  @ApiProperty({ example: 'John' }) readonly name!: string;
  @ApiProperty({ example: 'Doe' }) readonly surname!: string;
  @ApiProperty({ format: 'uuid', example: 'd73d4a62-dfe9-4907-91f4-f6b06f33c534' }) readonly id!: string;
  @ApiProperty({ example: true }) readonly active!: boolean;

  /** Copies only the public fields, whatever else the user carries. */
  static of({ email, name, surname, id, active }: Omit<UserView, 'password'>): UserView {
    return { email, password: mask, name, surname, id, active };
  }
}
