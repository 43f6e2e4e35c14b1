import { minuteMs } from '../duration.js';
import { setting } from '../setting.js';
import { oneOf, onOrOff, secretKey, integerSeconds } from '../validators.js';

export const sessionSettings = {
  session: {
    signIn: setting('SIGN_IN', oneOf('user', 'token'), {
      default: 'user',
      example: 'token',
      meaning:
        'What POST /user/signin/ returns: user, or token for the tokens of a new session as POST /session/ does',
      isCommon: true,
    }),
    cookie: setting('SESSION_COOKIE', onOrOff, {
      default: 'off',
      example: 'on',
      meaning:
        'Also keep the refresh token in the cookie __Host-refresh, for pages in a browser: on or off; browsers accept it over https and from localhost only',
    }),
    accessTokenLifetimeMs: setting('ACCESS_TOKEN_LIFETIME_MS', integerSeconds(1, 3_600), {
      default: 10 * minuteMs,
      meaning: 'How long an access token is valid; a multiple of 1000',
    }),
    keySecret: setting('KEY_SECRET', secretKey, {
      example: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      meaning:
        'Encrypts the keys that sign access tokens: 32 random bytes in base64; without it SQLite keeps one in a file beside the database',
      isSecret: true,
      isCommon: true,
    }),
  },
};
