import { join } from 'node:path';
import { Client as ModernClient, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as LegacyStdioTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

/** The eras of the protocol, each with its own official client. */
export const ERAS = ['2026-07-28', '2025-11-25'] as const;
export type Era = (typeof ERAS)[number];

/** What a tool answers. */
export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  /** The text, read as JSON. */
  readonly answer: ReturnType<typeof JSON.parse>;
  readonly structured: unknown;
}

/** A connection of an official client. */
export interface McpConnection {
  readonly instructions: string | undefined;
  list(): Promise<{ name: string; description?: string; [name: string]: unknown }[]>;
  call(name: string, values?: Record<string, unknown>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

const PROGRAM = join(process.cwd(), 'dist/src/cli/main.js');
const ABOUT_US = { name: 'tests', version: '1' };

export async function connectMcp(
  era: Era,
  url: string,
  credential: string | undefined,
): Promise<McpConnection> {
  const requestInit = credential === undefined ? {} : { headers: { Authorization: `Bearer ${credential}` } };
  const address = new URL('/api/mcp', url);
  if (era === '2025-11-25') {
    const client = new LegacyClient(ABOUT_US);
    await client.connect(new LegacyTransport(address, { requestInit }));
    return connectionOf(client);
  }
  const client = new ModernClient(ABOUT_US, { versionNegotiation: { mode: { pin: era } } });
  await client.connect(new StreamableHTTPClientTransport(address, { requestInit }));
  return connectionOf(client);
}

/** What both clients have in common. */
interface AnyClient {
  getInstructions(): string | undefined;
  listTools(): Promise<{ tools: { name: string; description?: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
  close(): Promise<void>;
}

export function connectionOf(client: AnyClient): McpConnection {
  return {
    instructions: client.getInstructions(),
    list: async () => (await client.listTools()).tools,
    call: async (name, values = {}) => {
      const result = await client.callTool({ name, arguments: values });
      const { content, structuredContent, isError } = result as {
        content: { text: string }[];
        structuredContent?: unknown;
        isError?: boolean;
      };
      const text = content[0]!.text;
      return {
        isError: isError ?? false,
        text,
        answer: JSON.parse(text),
        structured: structuredContent,
      };
    },
    close: () => client.close(),
  };
}

/** The built command line, which an official client of the era starts. */
export async function startMcp(
  era: Era,
  environment: Record<string, string>,
  args: readonly string[] = [],
): Promise<McpConnection> {
  const server = {
    command: process.execPath,
    args: [PROGRAM, 'mcp', ...args],
    env: { PATH: String(process.env['PATH']), ...environment },
    stderr: 'ignore' as const,
  };
  if (era === '2025-11-25') {
    const client = new LegacyClient(ABOUT_US);
    await client.connect(new LegacyStdioTransport(server));
    return connectionOf(client);
  }
  const client = new ModernClient(ABOUT_US, { versionNegotiation: { mode: { pin: era } } });
  await client.connect(new StdioClientTransport(server));
  return connectionOf(client);
}
