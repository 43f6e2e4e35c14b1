import { applyDecorators } from '@nestjs/common';
import { ApiProperty, IntersectionType, PickType } from '@nestjs/swagger';
import { ValidateIf } from 'class-validator';
import { HasLength, IsText } from '../../../ddd/field/index.js';
import { IsEmailAddress } from '../../../identity/identity.rules.js';
import { User } from '../../../modules/user/index.js';
import type { MailProof } from '../mailbox/mail-tokens.service.js';
import { NewPasswordField } from '../../../identity/password.fields.js';

interface Given {
  readonly token?: unknown;
  readonly email?: unknown;
  readonly code?: unknown;
}

/** A token, or an e-mail address with a code. Without any of them, the token is what is missing. */
const byToken = ({ token, email, code }: Given) =>
  token !== undefined || (email === undefined && code === undefined);
const byCode = (given: Given) => !byToken(given);

const Token = () =>
  applyDecorators(
    ApiProperty({ required: false, maxLength: 200, description: 'Of the link in the mail.' }),
    ValidateIf(byToken),
    IsText(),
    HasLength(1, 200),
  );

/** The body of a request to any address. */
export class MailAddress extends PickType(User, ['email']) {}

/** The token of a link. */
export class MailToken {
  @ApiProperty({ minLength: 1, maxLength: 200, description: 'Of the link in the mail.' })
  @IsText()
  @HasLength(1, 200)
  readonly token!: string;
}

/** What a person presents of a mail: its token alone, or its code with the address that it was sent to. */
export class MailProofBody {
  @Token() readonly token?: string;

  @ApiProperty({ required: false, format: 'email', description: 'With a code.' })
  @ValidateIf(byCode)
  @IsEmailAddress()
  readonly email?: string;

  @ApiProperty({
    required: false,
    maxLength: 20,
    example: '012345',
    description: 'The six digits in the mail.',
  })
  @ValidateIf(byCode)
  @IsText()
  @HasLength(1, 20)
  readonly code?: string;

  /** Without blanks, which people type to group the digits. */
  static proofOf({ token, email = '', code = '' }: MailProofBody): MailProof {
    return token === undefined ? { email, code: code.replaceAll(/\s/g, '') } : { token };
  }
}

class NewPassword {
  @NewPasswordField() readonly password!: string;
}

/** The proof, and the password that replaces the forgotten one. */
export class PasswordReset extends IntersectionType(MailProofBody, NewPassword) {}
