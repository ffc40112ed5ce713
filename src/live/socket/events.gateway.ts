import { Logger, type OnModuleDestroy } from '@nestjs/common';
import {
  WebSocketGateway,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
} from '@nestjs/websockets';
import type { Subscription } from 'rxjs';
import type { Namespace, Server, Socket } from 'socket.io';
import type { EventDto } from '../../events/index.js';
import { Measures } from '../../observability/health-indicators.js';
import type { MemoryChange } from '../change.js';
import { isPassing } from '../passing.js';
import { MemoryChanges } from '../memory-changes.js';
import { toDashboardEvent } from './dashboard-event.js';
import { pendingBytesOf } from './sessions.js';
import { SocketAccess } from './socket-access.js';

/** Credentials are looked at again so often. */
const CHECK_INTERVAL_MS = 10_000;
/** A client that has so much to read yet does not keep up. */
const MAX_PENDING_BYTES = 1_048_576;

/**
 * The namespace `/events` of the first backend: each saved event for everybody in it. A client that has to go is cut off below
 * Socket.IO, so that it connects again by itself: then it is told what is wrong, or fetches the list anew.
 */
@WebSocketGateway({ namespace: 'events' })
export class EventsGateway
  implements
    OnGatewayInit<Namespace>,
    OnGatewayConnection<Socket>,
    OnGatewayDisconnect<Socket>,
    OnModuleDestroy
{
  private readonly logger = new Logger('Socket.IO');
  private namespace!: Namespace;
  private checks: NodeJS.Timeout | undefined;
  private following: Subscription | undefined;
  private dropped = 0;

  constructor(
    private readonly access: SocketAccess,
    private readonly changes: MemoryChanges,
    measures: Measures,
  ) {
    measures.add({
      name: 'socket_io_clients',
      help: 'Clients that listen over Socket.IO.',
      read: () => this.clients,
    });
    measures.add({
      name: 'socket_io_dropped_total',
      help: 'Clients of Socket.IO that were cut off because they did not keep up.',
      kind: 'counter',
      read: () => this.dropped,
    });
  }

  get server(): Server {
    return this.namespace.server;
  }

  afterInit(namespace: Namespace): void {
    this.namespace = namespace;
    namespace.use((client, next) => {
      void this.access.refusalOf(credentialOf(client)).then(next);
    });
    this.checks = setInterval(() => void this.checkAll(), CHECK_INTERVAL_MS).unref();
  }

  /** The client is not told yet that it is connected: what is saved once it knows is among what is followed. */
  handleConnection(): void {
    const wanted = { types: ['event.saved'], filter: { topic: ['events'] } } as const;
    this.following ??= this.changes.changes(wanted).subscribe((change) => {
      this.tell(change);
    });
  }

  /** There is nothing else that the session could be for; waiting for its next poll would keep it for half a minute. */
  handleDisconnect({ conn }: Socket): void {
    conn.close(true);
    if (this.clients > 0) return;
    this.following?.unsubscribe();
    this.following = undefined;
  }

  onModuleDestroy(): void {
    clearInterval(this.checks);
  }

  private get clients(): number {
    return this.namespace.sockets.size;
  }

  private tell({ type, data }: MemoryChange): void {
    if (type === 'resync') {
      this.logger.debug('What changed is not known: the clients connect again, and fetch the list.');
      this.cutOff(() => true);
    } else if (!isGone(data)) {
      this.namespace.emit('event', toDashboardEvent(data as EventDto));
      this.dropped += this.cutOff(({ conn }) => pendingBytesOf(conn) > MAX_PENDING_BYTES);
    }
  }

  /** @returns how many. */
  private cutOff(isMeant: (client: Socket) => boolean): number {
    const clients = [...this.namespace.sockets.values()].filter(isMeant);
    for (const { conn } of clients) conn.close(true);
    return clients.length;
  }

  private async checkAll(): Promise<void> {
    for (const client of [...this.namespace.sockets.values()]) {
      const refusal = await this.access.refusalOf(credentialOf(client));
      if (refusal && !isPassing(refusal.data?.code)) client.conn.close(true);
    }
  }
}

function credentialOf({ handshake }: Socket): unknown {
  return handshake.auth['token'];
}

function isGone(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'gone' in data;
}
