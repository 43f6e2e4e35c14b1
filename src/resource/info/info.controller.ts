import { Controller, Get } from '@nestjs/common';
import { apiInfo } from '../../openapi/api-info.js';
import { InfoDocs } from './info.docs.js';
import type { InfoView } from './info-view.dto.js';

/** Says what this API is. */
@Controller()
export class InfoController {
  @Get()
  @InfoDocs()
  info(): InfoView {
    return { title: apiInfo.title, description: apiInfo.description, public: true };
  }
}
