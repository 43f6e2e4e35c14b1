import { Controller, Get, Header } from '@nestjs/common';
import { SigningKeys } from '../../modules/session/index.js';
import type { PublicJwk } from '../../modules/session/index.js';
import { KeySetDocs } from './docs/key-set.docs.js';
import { Public } from '../../http/access/access.decorators.js';

/** The public keys, for services that verify access tokens themselves. */
@Controller('.well-known')
@Public()
export class KeySetController {
  constructor(private readonly keys: SigningKeys) {}

  @Get('jwks.json')
  @Header('Cache-Control', 'public, max-age=300')
  @KeySetDocs()
  async list(): Promise<{ readonly keys: readonly PublicJwk[] }> {
    return { keys: await this.keys.published() };
  }
}
