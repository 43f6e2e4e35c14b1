import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { respondJson, FakeService } from '../../../testing/index.js';

/** A stand-in for the account service: its public key, and tokens signed like its own. */
export class AccountService {
  private constructor(
    private readonly service: FakeService,
    private readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'],
  ) {}

  static async start(): Promise<AccountService> {
    const { privateKey, publicKey } = await generateKeyPair('EdDSA');
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'key-1', alg: 'EdDSA', use: 'sig' }];
    return new AccountService(await FakeService.start(respondJson({ keys })), privateKey);
  }

  get url(): string {
    return this.service.url;
  }

  /** The header of a request by this account. */
  async bearer(account: string, permissions: readonly string[] = []): Promise<{ Authorization: string }> {
    const token = await new SignJWT({ sid: `session-of-${account}`, permissions })
      .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'key-1' })
      .setIssuer(this.url)
      .setAudience(this.url)
      .setSubject(account)
      .setIssuedAt()
      .setExpirationTime('10 minutes')
      .sign(this.privateKey);
    return { Authorization: `Bearer ${token}` };
  }

  stop(): Promise<void> {
    return this.service.stop();
  }
}
