/** Express alone, which answers `GET /` with the same body as ours. */
import express from 'express';

const body = JSON.parse(process.env.BODY);
const app = express();
app.get('/', (_request, response) => response.json(body));
app.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
