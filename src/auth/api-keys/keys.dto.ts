import { ApiProperty } from '@nestjs/swagger';
import {
  AnswerDescription,
  CountAnswer,
  ListAnswer,
  TimestampAnswer,
  TextAnswer,
} from '../../http/endpoint/response-fields.js';
import { ROLES, type Role } from '../roles.js';
import { ChoiceField, IdField, TimestampField, TextField } from '../../validation/index.js';
import type { ApiKeyEntity } from './api-key.entity.js';

const MAX_NAME_CHARACTERS = 100;

export class CreateKeyDto {
  @TextField({
    max: MAX_NAME_CHARACTERS,
    description: 'Who uses it: the log and the list of keys show this name.',
    example: 'monitor on pve1',
  })
  name!: string;

  @ChoiceField({
    values: ROLES,
    name: 'AccessRole',
    description:
      'operator: everything; writer: save and read; reader: read; ingest: save events and snapshots, no more.',
    example: 'ingest',
  })
  role!: Role;

  @TimestampField({
    optional: true,
    description: 'When it ends, in the future; without it, it lives until it is deleted.',
    example: '2099-12-31T00:00:00.000Z',
  })
  expiresAt?: string;
}

export class KeyIdDto {
  @IdField('API key')
  id!: number;
}

/** An API key without its secret. */
export class KeyDto {
  @CountAnswer({ description: 'To delete it by.', example: 1 })
  id!: number;

  @TextAnswer({ description: 'Who uses it.', example: 'monitor on pve1' })
  name!: string;

  @TextAnswer({ description: 'operator, writer, reader or ingest.', example: 'ingest' })
  role!: string;

  @TimestampAnswer({ description: 'When it was made.' })
  createdAt!: string;

  @TimestampAnswer({ description: 'When it was used last, to the minute; null for never.', nullable: true })
  lastUsedAt!: string | null;

  @TimestampAnswer({ description: 'When it ends; null for never.', nullable: true })
  expiresAt!: string | null;
}

@AnswerDescription('The key and its secret, which is shown only this once.')
export class NewKeyAnswer {
  @ApiProperty({ type: KeyDto })
  key!: KeyDto;

  @TextAnswer({
    description:
      'The key itself, which only this answer ever holds: send it as `X-API-Key: <secret>`, ' +
      'or as `Authorization: Bearer <secret>`.',
    example: 'jm_0ZbUe0i9pS3yCk0VvJ3m1c2n7oY4xq5rT6uW8zA1bC2',
  })
  secret!: string;
}

@AnswerDescription('The API keys, newest first, without their secrets.')
export class KeysAnswer {
  @ListAnswer(KeyDto, 'All API keys, newest first; those that have ended as well, until they are deleted.')
  keys!: KeyDto[];
}

export function toKey(row: ApiKeyEntity): KeyDto {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    expiresAt: row.expiresAt,
  };
}
