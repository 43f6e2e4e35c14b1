import { ApiProperty } from '@nestjs/swagger';
import { HasLength, IsText } from '../../../ddd/field/index.js';

/** The body of a refresh. */
export class RefreshRequest {
  @ApiProperty({
    type: String,
    minLength: 1,
    maxLength: 200,
    description: 'The one of the last token response; each is used once',
    example: 'q3Vt0Zy1m5dH2sX8cLr7eWb9uKf4nGaP6jToIiRxYvE',
  })
  @IsText()
  @HasLength(1, 200)
  readonly refresh_token!: string;
}

/** A token to be introspected. */
export class IntrospectionRequest {
  @ApiProperty({ type: String, description: 'An access token' })
  @IsText()
  readonly token!: string;
}
