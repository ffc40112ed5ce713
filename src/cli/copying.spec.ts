import { describe, expect, it } from '@jest/globals';
import { CopyRefused, RowsRefused } from '../database/move.js';
import { copyingFailed } from './copying.js';
import { EXIT } from './exit.js';

const TOLD = { outcome: 'nothing was restored', advice: 'Make an empty database.' };

describe('What a command says of a memory that could not be copied', () => {
  it.each(['ENOSPC', 'SQLITE_FULL', '53100'])('names its own outcome on a full disk (%s)', (code) => {
    const { message, exitCode } = copyingFailed(Object.assign(new Error('full'), { code }), TOLD);
    expect(message).toBe('There is no room on the disk of the new place; nothing was restored.');
    expect(exitCode).toBe(EXIT.FAILED);
  });

  it('gives advice where the other side was asked, and where it could not be asked none', () => {
    const asked = new CopyRefused('It has rows.');
    const unasked = new CopyRefused('Nobody answers.', undefined, { cause: new Error('ECONNREFUSED') });
    expect(copyingFailed(asked, TOLD).message).toBe('It has rows. Make an empty database.');
    expect(copyingFailed(unasked, TOLD).message).toBe('Nobody answers.');
  });

  it('tells rows that cannot be held from what could not be done', () => {
    const { message, exitCode } = copyingFailed(new RowsRefused(['events 1: node is no text']), TOLD);
    expect(message).toContain('events 1: node is no text');
    expect(exitCode).toBe(EXIT.NOT_IN_ORDER);
  });
});
