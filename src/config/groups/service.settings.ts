import { setting } from '../setting.js';
import { baseUrl, link, title } from '../validators.js';

export const serviceSettings = {
  service: {
    name: setting('SERVICE_NAME', title, {
      default: 'Accounts',
      example: 'Example Accounts',
      meaning: 'Name of the service, as people read it in mails',
      isCommon: true,
    }),
    publicUrl: setting('PUBLIC_URL', baseUrl, {
      example: 'https://accounts.example.com',
      meaning: 'Public address of the service; without it mails say http://localhost:PORT',
      isCommon: true,
    }),
    welcomeLink: setting('WELCOME_LINK', link, {
      example: 'https://www.example.com/activate',
      meaning: 'Page that the welcome mail links to for activating the account; without it PUBLIC_URL/docs/',
      isCommon: true,
    }),
  },
};
