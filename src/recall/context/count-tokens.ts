import { programUrl, type ThreadProgram } from '../../database/index.js';

/** How many tokens each text has. */
export const COUNT_TOKENS: ThreadProgram<readonly string[], number[]> = {
  url: programUrl(import.meta.url, './count-tokens-thread.js'),
};
