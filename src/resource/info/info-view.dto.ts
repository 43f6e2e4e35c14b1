import { ApiProperty } from '@nestjs/swagger';
import { apiInfo } from '../../openapi/api-info.js';

/** A brief description of the API. */
export class InfoView {
  @ApiProperty({ example: apiInfo.title })
  readonly title!: string;

  @ApiProperty({ example: apiInfo.description })
  readonly description!: string;

  @ApiProperty({ example: true })
  readonly public!: boolean;
}
