import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { wrap, requireDeleted } from '../../http/endpoint/envelopes.js';
import { BODY_PROBLEMS, Endpoint, READ_PROBLEMS, WRITE_PROBLEMS } from '../../http/endpoint/endpoint.js';
import { OPERATORS } from '../roles.js';
import { CreateKeyDto, KeyIdDto, KeysAnswer, NewKeyAnswer } from './keys.dto.js';
import { KeysService } from './keys.service.js';

@ApiTags('API keys')
@Controller('auth/keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Post()
  @Endpoint({
    roles: OPERATORS,
    summary: 'Make an API key for a machine',
    description: 'The answer holds the key in `secret`, this once: only its SHA-256 is stored.',
    status: 201,
    answer: NewKeyAnswer,
    problems: [...BODY_PROBLEMS, 'conflict'],
  })
  create(@Body() body: CreateKeyDto): Promise<NewKeyAnswer> {
    return this.keys.createKey(body);
  }

  @Get()
  @Endpoint({
    roles: OPERATORS,
    summary: 'List the API keys, newest first',
    answer: KeysAnswer,
    problems: READ_PROBLEMS,
  })
  list(): Promise<KeysAnswer> {
    return wrap('keys', this.keys.getKeys());
  }

  @Delete(':id')
  @Endpoint({
    roles: OPERATORS,
    summary: 'Delete an API key, which ends at once',
    status: 204,
    problems: [...WRITE_PROBLEMS, 'validation_failed', 'not_found'],
  })
  delete(@Param() { id }: KeyIdDto): Promise<void> {
    return requireDeleted('API key', this.keys.deleteKey(id));
  }
}
