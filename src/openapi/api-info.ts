/** What the API says about itself, in its document and at `GET /`. */
export const apiInfo = {
  title: 'Domain-driven API',
  description: 'Domain-driven design with NestJS',
  version: '1.0.0',
} as const;
