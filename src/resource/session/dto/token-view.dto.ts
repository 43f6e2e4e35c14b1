import { ApiProperty } from '@nestjs/swagger';
import type { Tokens } from '../session.resource.js';

/** The token response, with the names of RFC 6749. */
export class TokenView {
  @ApiProperty({ description: 'Sent as Authorization: Bearer …' })
  readonly access_token!: string;

  @ApiProperty({ const: 'Bearer', example: 'Bearer' } as object)
  readonly token_type!: string;

  @ApiProperty({ type: 'integer', description: 'Seconds for which the access token is valid', example: 600 })
  readonly expires_in!: number;

  @ApiProperty({ description: 'Can be exchanged for the next tokens, once' })
  readonly refresh_token!: string;

  @ApiProperty({ format: 'uuid', example: '0f5c6a8e-7f0b-4d0e-9a0c-5d3f1c2b7a90' })
  readonly session_id!: string;

  static of({ accessToken, expiresIn, refreshToken, sessionId }: Tokens): TokenView {
    return Object.assign(new TokenView(), {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: expiresIn,
      refresh_token: refreshToken,
      session_id: sessionId,
    });
  }
}
