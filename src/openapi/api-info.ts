/** What the API says about itself, in its document and at `GET /`. */
export const apiInfo = {
  title: 'Domain-driven API',
  description: 'Domain-driven design with NestJS',
  /** The one of package.json, which a test holds it to. */
  version: '0.2.0',
  /** Its identifier, as in package.json. (https://spdx.org/licenses/) */
  license: 'MIT',
} as const;
