import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join, posix, relative } from 'node:path';
import { assignments, execForm } from './dockerfile.mjs';

/** What only an image has, or what is not to be done to this machine: system packages, the user `node`. */
const ONLY_IN_IMAGES = ['apt-get', 'chown'];

/** Performs the instructions of a Dockerfile below a folder: each stage has one of its own in the place of `/`. */
export class ImageBuild {
  stages = [];

  /** @param options `context`: the project; `isIgnored`: of a file in it; `npm`: text of a program in npm's place. */
  constructor(folder, instructions, options) {
    this.folder = folder;
    this.instructions = instructions;
    this.options = options;
    this.places = instructions
      .filter(({ keyword }) => ['WORKDIR', 'VOLUME'].includes(keyword))
      .map(({ text }) => text);
    this.tools = join(folder, 'tools');
    mkdirSync(this.tools);
    for (const name of ONLY_IN_IMAGES) this.addTool(name, '#!/bin/sh\nexit 0\n');
    if (options.npm) this.addTool('npm', options.npm);
  }

  /** @returns the last stage: what the image is. */
  perform() {
    for (const instruction of this.instructions) {
      const perform = this[instruction.keyword];
      if (!perform) throw new Error(`this script does not know ${instruction.keyword}`);
      perform.call(this, instruction);
    }
    return this.stages.at(-1);
  }

  /** Where a path of the image is here. */
  place(stage, path) {
    return join(stage.root, posix.resolve(stage.workdir, path));
  }

  /** A text with the paths of the image in it, with the paths of here. */
  placed(stage, text) {
    const known = new RegExp(`(?<=^|[\\s=])(?:${this.places.join('|')})(?![\\w-])`, 'g');
    return text.replaceAll(known, (path) => join(stage.root, path));
  }

  environment(stage) {
    const placed = Object.entries(stage.env).map(([name, value]) => [name, this.placed(stage, value)]);
    const path = `${this.tools}${delimiter}${process.env.PATH}`;
    return { ...inherited(), PATH: path, ...Object.fromEntries(placed) };
  }

  ARG() {}
  EXPOSE() {}

  FROM({ text }) {
    const [, , name] = text.split(/\s+/);
    const root = join(this.folder, name ?? 'image');
    mkdirSync(root);
    this.stages.push({ name, root, workdir: '/', env: {}, user: 'root', volumes: [] });
  }

  WORKDIR({ text }) {
    this.stage.workdir = text;
    mkdirSync(this.place(this.stage, text), { recursive: true });
  }

  ENV({ text }) {
    Object.assign(this.stage.env, assignments(text));
  }

  COPY({ options, text }) {
    const words = text.split(/\s+/);
    const target = words.pop();
    const from = options.from && this.stages.find(({ name }) => name === options.from);
    for (const word of words) {
      const source = from ? this.place(from, word) : join(this.options.context, word);
      const intoFolder = target.endsWith('/') && !statSync(source).isDirectory();
      const path = this.place(this.stage, intoFolder ? posix.join(target, basename(word)) : target);
      cpSync(source, path, { recursive: true, verbatimSymlinks: true, filter: this.filter(from) });
    }
  }

  RUN({ text }) {
    console.log(`RUN ${text}`);
    const options = {
      cwd: this.place(this.stage, '.'),
      env: this.environment(this.stage),
      stdio: ['ignore', 'inherit', 'inherit'],
    };
    const { status } = spawnSync('sh', ['-c', this.placed(this.stage, text)], options);
    if (status !== 0) throw new Error(`RUN ${text} ended with ${status}`);
  }

  USER({ text }) {
    this.stage.user = text;
  }

  VOLUME({ text }) {
    this.stage.volumes.push(this.place(this.stage, text));
  }

  STOPSIGNAL({ text }) {
    this.stage.stopSignal = text;
  }

  HEALTHCHECK({ text }) {
    this.stage.healthcheck = execForm(text.replace(/^CMD\s+/, ''));
  }

  CMD({ text }) {
    this.stage.command = execForm(text);
  }

  get stage() {
    return this.stages.at(-1);
  }

  filter(from) {
    const { context, isIgnored } = this.options;
    return (path) => Boolean(from) || statSync(path).isDirectory() || !isIgnored(relative(context, path));
  }

  addTool(name, text) {
    const path = join(this.tools, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }
}

/** What npm needs to reach its registry from this machine. */
function inherited() {
  const names = Object.keys(process.env).filter((name) =>
    /^(HOME|NODE_EXTRA_CA_CERTS|\w*_proxy)$/i.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, process.env[name]]));
}
