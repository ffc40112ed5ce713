import { describe, expect, it } from '@jest/globals';
import { inWords, isSilent, messageWords, spokenIn } from './message-words.js';

describe('A message on the timeline', () => {
  it.each([
    ['user: Why is pve2 slow?', 'You: Why is pve2 slow?'],
    ['assistant: **pbs** is `full`', 'Jarvis: pbs is full'],
    ['assistant: ', 'Jarvis called a tool'],
    ['tool: {"medianMs":412,"failed":0}', 'A tool: medianMs 412, failed 0'],
    ['tool: ', 'A tool: nothing'],
    ['system: Be brief.', 'system: Be brief.'],
    ['a title of another form', 'a title of another form'],
  ])('%s is told as %s', (title, words) => {
    expect(messageWords(title)).toBe(words);
  });

  it('is parted into who spoke and what was said', () => {
    expect(spokenIn('user: one: two')).toEqual({ role: 'user', text: 'one: two' });
    expect(spokenIn('no speaker')).toEqual({ role: '', text: '' });
  });

  it('says nothing where tools were called alone', () => {
    expect(isSilent({ kind: 'message', title: 'assistant: ' })).toBe(true);
    expect(isSilent({ kind: 'message', title: 'tool: {}' })).toBe(false);
    expect(isSilent({ kind: 'event', title: '' })).toBe(false);
  });

  it('is one line, whatever it holds', () => {
    expect(inWords('# Last night\n\n- one\n- two')).toBe('Last night one two');
    expect(inWords('')).toBe('');
  });
});
