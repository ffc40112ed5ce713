import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { API_KEY_SCHEME } from '../endpoint/endpoint.js';
import { VERSION } from '../../config/index.js';

const DESCRIPTION = `
The shared, persistent memory of Jarvis: **events** (what happened), **conversations** (what was said),
**snapshots** (what the cluster looked like) and **preferences** (what its owner prefers).

1. Run *Login › POST /api/auth/login* with your password and copy \`token\` from the answer.
2. Press **Authorize**, paste the token, and every example below runs as it stands.

- **Access** is by a token of the owner or by an API key; in a browser that is logged in at /ui/, by its cookie. Each
  route says who may call it.
- **Acknowledged means durable**: 2xx says that the write is committed and synced to disk.
- **Time** has one form, \`2026-11-22T20:15:00.123Z\`. Accepted is any ISO 8601 date, or date and time with an
  offset, and the first backend's \`2026-11-22 20:15:00\` (UTC).
- **Lists** are newest first unless said. Send \`nextCursor\` back as \`cursor\` for the next page; it is null on the last,
  and only there. A page ends at 4 MB (one larger row stands alone), and after a bounded search where filters leave few
  rows: it may then be short, even empty, with a \`nextCursor\`.
- **Errors** are problem documents (RFC 9457). \`code\` never changes; \`type\` leads to what to do about it.
- **Unknown fields and parameters** are refused with 400, not ignored.
`;

/** In the order in which a new user needs them. */
const TAGS = [
  ['Events', 'What happened, and whether somebody has dealt with it.'],
  ['Conversations', 'What was said, turn by turn.'],
  ['Usage', 'What conversations cost: messages, tokens, dollars.'],
  ['Snapshots', 'What the cluster looked like.'],
  ['Preferences', 'What the owner prefers.'],
  ['Search', 'Anything that was said or happened, the best first.'],
  ['Timeline', 'Everything that happened, in the order of time.'],
  ['Changes', 'What is committed, as it happens.'],
  ['Context', 'What an assistant should know before it answers.'],
  ['Login', 'From the password to a token, and out again.'],
  ['API keys', 'Access for machines, with no more rights than they need.'],
  ['Export', 'All of it, to keep or to move.'],
  ['Backups', 'Copies of the whole memory.'],
  ['Retention', 'What is forgotten, and what the memory takes.'],
  ['Health', 'How the service is. Open to all.'],
  ['Metrics', 'Numbers for Prometheus.'],
  ['Problems', 'What the error answers mean. Open to all.'],
] as const;

/** The OpenAPI document of the application. */
export function describeApi(app: NestExpressApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Jarvis memory')
    .setDescription(DESCRIPTION)
    .setVersion(VERSION)
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'The `token` that POST /api/auth/login answers with.',
    })
    .addApiKey(
      {
        type: 'apiKey',
        in: 'header',
        name: 'X-API-Key',
        description: 'The `secret` of an API key, for a machine; see POST /api/auth/keys.',
      },
      API_KEY_SCHEME,
    )
    .addCookieAuth('jarvis_session_4000', {
      type: 'apiKey',
      in: 'cookie',
      description:
        'The cookie of POST /api/auth/session, for pages of this service. Its name ends in the port that the browser asked for, where the address has one.',
    });
  for (const [name, description] of TAGS) builder.addTag(name, description);
  return SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) =>
      `${controller.replace('Controller', '').toLowerCase()}_${method}`,
  });
}
