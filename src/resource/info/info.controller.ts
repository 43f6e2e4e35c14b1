import { Controller, Get } from '@nestjs/common';
import { apiInfo } from '../../openapi/api-info.js';
import { InfoDocs } from './info.docs.js';
import type { InfoView } from './info-view.dto.js';
import { Public } from '../../http/access/access.decorators.js';

/** Says what this API is. */
@Controller()
@Public()
export class InfoController {
  @Get()
  @InfoDocs()
  info(): InfoView {
    return { title: apiInfo.title, description: apiInfo.description, public: true };
  }
}
