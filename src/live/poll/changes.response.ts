import { ApiProperty } from '@nestjs/swagger';
import { AnswerDescription, ListAnswer, TextAnswer } from '../../http/endpoint/response-fields.js';
import type { JsonText } from '../../json/index.js';
import { CHANGE_TYPES, type ChangeType } from '../change.js';

/** Something that was committed. */
export class ChangeDto {
  @TextAnswer({
    description: 'Its place in the order of all changes; as `after` it says where to go on.',
    example: '5f2a0c1be8d94c6fa3b07d1e9c42a860.1207.1',
  })
  id!: string;

  @ApiProperty({ description: 'What happened.', enum: [...CHANGE_TYPES], example: 'event.saved' })
  type!: ChangeType;

  @ApiProperty({
    description:
      'The row as it is now; `{ id, gone: true }` where it is no longer there. Of what was deleted its `sessionId` or `key`; ' +
      'of what retention has forgotten `{ kind, ids }`; of a `resync` `{ reason }`.',
    type: 'object',
    additionalProperties: true,
    example: { id: 12, type: 'alert', severity: 'warning', summary: 'Disk usage on pve2 is at 91 %' },
  })
  data!: JsonText;
}

@AnswerDescription('What was committed, in order; none where nothing was while the answer waited.')
export class ChangesAnswer {
  @ListAnswer(ChangeDto, 'What was committed, in order.')
  changes!: ChangeDto[];

  @TextAnswer({
    description: 'Send it as `after` to go on.',
    example: '5f2a0c1be8d94c6fa3b07d1e9c42a860.1208.0',
  })
  next!: string;
}
