import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { trackChild } from './cleanup.js';

interface Reply {
  result?: unknown;
  error?: string;
}

/**
 * A child process that answers one task at a time; it is started with the first task, and anew after one that hung.
 * The load generator and everything that keeps a core busy run in one, so that they share no thread with a server
 * or with each other.
 */
export class Worker<Task extends object, Result> {
  private child: ChildProcess | undefined;

  /** `file` is relative to the folder of the compiled benchmark. */
  constructor(private readonly file: string) {}

  run(task: Task, timeoutMs: number): Promise<Result> {
    const child = (this.child ??= this.start());
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void) => {
        clearTimeout(late);
        child.off('message', onReply).off('exit', onExit);
        outcome();
      };
      const onReply = ({ result, error }: Reply) => {
        settle(() => {
          if (error === undefined) resolve(result as Result);
          else reject(new Error(error));
        });
      };
      const onExit = () => {
        settle(() => {
          reject(new Error(`${this.file} ended`));
        });
      };
      const late = setTimeout(() => {
        this.stop();
        settle(() => {
          reject(new Error(`${this.file} took longer than ${timeoutMs} ms`));
        });
      }, timeoutMs);
      child.once('message', onReply).once('exit', onExit);
      child.send(task);
    });
  }

  stop(): void {
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }

  private start(): ChildProcess {
    const child = fork(fileURLToPath(new URL(`../${this.file}`, import.meta.url)), { stdio: 'inherit' });
    trackChild(child);
    child.once('exit', () => {
      if (this.child === child) this.child = undefined;
    });
    return child;
  }
}
