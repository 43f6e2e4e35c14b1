import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ServerErrorResponses } from '../../openapi/error-responses.js';
import { InfoView } from './info-view.dto.js';

export function InfoDocs(): MethodDecorator {
  return applyDecorators(
    ApiTags('Info'),
    ApiOperation({
      operationId: 'info',
      summary: 'Ping',
      description: 'Returns a brief description of the API.',
    }),
    ApiResponse({ status: 200, description: 'Successful response with API info.', type: InfoView }),
    ServerErrorResponses(),
  );
}
