import { readFileSync } from 'node:fs';

/** The instructions of a Dockerfile, in order: `{ keyword, options, text }`. */
export function readDockerfile(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const joined = lines.filter((line) => !/^\s*#/.test(line)).join('\n');
  return joined
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(instructionFrom);
}

/** The program and its arguments, in the form that starts no shell: only then do signals arrive. */
export function execForm(text) {
  const words = JSON.parse(text);
  if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  throw new Error(`not a list of words: ${text}`);
}

/** `NAME=value NAME="a value with spaces"`. @throws Error for what else `ENV` may be given: it is not known here. */
export function assignments(text) {
  const pair = /(\w+)=(?:"([^"\\$]*)"|([^\s"'\\$]*))(?:\s+|$)/gy;
  const pairs = [...text.matchAll(pair)];
  if (pairs.map(([whole]) => whole).join('') !== text) throw new Error(`not assignments: ${text}`);
  return Object.fromEntries(pairs.map(([, name, quoted, bare]) => [name, quoted ?? bare]));
}

/** Whether a file of the project reaches the build: what `.dockerignore` says of it, the last word counting. */
export function ignoreRules(path) {
  const rules = readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ isBack: line.startsWith('!'), pattern: patternFrom(line.replace(/^!/, '')) }));
  return (file) => rules.reduce((ignored, rule) => (rule.pattern.test(file) ? !rule.isBack : ignored), false);
}

function instructionFrom(line) {
  const [, keyword, rest] = /^(\w+)\s+(.*)$/s.exec(line) ?? [];
  if (!keyword) throw new Error(`not an instruction: ${line}`);
  const options = {};
  let text = rest;
  for (let option; (option = /^--([\w-]+)=(\S+)\s+/.exec(text)); text = text.slice(option[0].length)) {
    options[option[1]] = option[2];
  }
  return { keyword: keyword.toUpperCase(), options, text };
}

function patternFrom(glob) {
  const escaped = glob.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  const source = escaped.replaceAll('**/', '\0').replaceAll('*', '[^/]*').replaceAll('\0', '(?:.*/)?');
  return new RegExp(`^${source}(?:/.*)?$`);
}
