import { ApiProperty } from '@nestjs/swagger';
import { AnswerDescription, TextAnswer, TimestampAnswer } from '../../http/endpoint/response-fields.js';
import { TextField } from '../../validation/index.js';
import { MAX_PASSWORD_CHARACTERS } from '../auth.dto.js';
import type { Caller } from '../guard/caller.js';
import { ROLES, type Role } from '../roles.js';

const MAX_KEY_CHARACTERS = 100;

const PASSWORD = 'the password of your Jarvis';
const API_KEY = 'jm_0ZbUe0i9pS3yCk0VvJ3m1c2n7oY4xq5rT6uW8zA1bC2';

/** What of a body belongs together, for the document. */
export const SESSION_EXAMPLES = {
  owner: { summary: 'The owner', value: { password: PASSWORD } },
  machine: { summary: 'An API key', value: { apiKey: API_KEY } },
};

/** One of the two. */
export class StartBrowserSessionDto {
  @TextField({
    optional: true,
    max: MAX_PASSWORD_CHARACTERS,
    description: 'JARVIS_PASSWORD, or the password that was printed on the first start.',
    example: PASSWORD,
  })
  password?: string;

  @TextField({
    optional: true,
    max: MAX_KEY_CHARACTERS,
    description: 'The `secret` of an API key, in place of the password.',
    example: API_KEY,
  })
  apiKey?: string;
}

/** Who is logged in. The credential itself stays in the cookie. */
export class BrowserSessionDto {
  @ApiProperty({
    enum: ROLES,
    enumName: 'AccessRole',
    description: 'What may be done; `operator` for the owner.',
    example: 'operator',
  })
  role!: Role;

  @TextAnswer({ description: 'The name of the API key; null for the owner.', nullable: true, example: null })
  name!: string | null;

  @TimestampAnswer({ description: 'When the session ends; null for never.', nullable: true })
  expiresAt!: string | null;
}

@AnswerDescription('Who is logged in, and until when.')
export class BrowserSessionAnswer {
  @ApiProperty({ type: BrowserSessionDto })
  session!: BrowserSessionDto;
}

export function toSession({ role, name, keyId, expiresAt }: Caller): BrowserSessionDto {
  return {
    role,
    name: keyId === undefined ? null : name,
    expiresAt: Number.isFinite(expiresAt) ? new Date(expiresAt).toISOString() : null,
  };
}
