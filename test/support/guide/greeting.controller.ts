import { Controller, Get, Post } from '@nestjs/common';
import type { Caller } from '../../../src/ddd/resource/index.js';
import { CurrentAccount, Public, Requires, SignedIn } from '../../../src/http/access/access.decorators.js';

@Controller('greeting')
export class GreetingController {
  @Get()
  @Public() // anyone
  greet() {
    return { greeting: 'Hello' };
  }

  @Get('mine')
  @SignedIn() // any live session
  greetCaller(@CurrentAccount() { id }: Caller) {
    return { greeting: `Hello, ${id}` };
  }

  @Post()
  @Requires('greeting:write', 'greeting:publish') // permissions: all of them
  change() {
    return { greeting: 'Good morning' };
  }
}
