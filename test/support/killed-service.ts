import { startBuilt, type BuiltProgram } from './built.js';
import { PASSWORD, SECRET } from './service.js';

/** The built program, which is killed and started anew on the same memory. */
export class KilledService {
  kills = 0;

  private constructor(
    private readonly environment: Record<string, string>,
    private program: BuiltProgram,
  ) {}

  static async start(memory: Record<string, string>): Promise<KilledService> {
    const environment = { JARVIS_PASSWORD: PASSWORD, JWT_SECRET: SECRET, ...memory };
    return new KilledService(environment, await startBuilt(environment));
  }

  /** Nobody listens there while it is dead. */
  get url(): string {
    return this.program.url;
  }

  /** A token that is valid after the kills as well. */
  async token(): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ password: PASSWORD });
    const answer = await fetch(`${this.url}/api/auth/login`, { method: 'POST', headers, body });
    return ((await answer.json()) as { token: string }).token;
  }

  /** Kills it, and resolves when it serves again. */
  async kill(): Promise<void> {
    this.kills++;
    await this.program.end('SIGKILL');
    this.program = await startBuilt(this.environment);
  }

  async end(): Promise<void> {
    await this.program.end('SIGKILL');
  }
}
