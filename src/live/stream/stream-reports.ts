import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HealthIndicators, Measures, type HealthStatus } from '../../observability/health-indicators.js';
import { Audience } from './audience.js';
import { Streams } from './streams.js';

/** A stream that is behind for so long has a client that does not read. */
const MAX_LAG_SECONDS = 60;

/** What metrics and health say of the streams. */
@Injectable()
export class StreamReports implements OnModuleInit {
  constructor(
    private readonly streams: Streams,
    private readonly audience: Audience,
    private readonly measures: Measures,
    private readonly health: HealthIndicators,
  ) {}

  onModuleInit(): void {
    const { streams, audience, measures } = this;
    measures.add({ name: 'streams', help: 'Streams of changes that are open.', read: () => streams.count });
    measures.add({
      name: 'stream_seats_taken',
      help: 'Streams and long polls that are open; more than 200 are refused with too_many_streams.',
      read: () => audience.seats.count,
    });
    measures.add({
      name: 'streams_dropped_total',
      help: 'Streams that were ended because their clients read too slowly; they go on when they come back.',
      kind: 'counter',
      read: () => streams.slow,
    });
    measures.add({
      name: 'stream_lag_seconds',
      help: 'For how long the stream that is behind most has had something to send.',
      read: () => streams.lagSeconds,
    });
    this.health.add({ name: 'streams', condition: () => this.condition() });
  }

  private condition(): HealthStatus {
    const {
      count,
      limits: { all },
    } = this.audience.seats;
    const open = `${count} streams and long polls are open; ${all} may be.`;
    if (count >= all) return { state: 'degraded', detail: `Further listeners are refused: ${open}` };
    if (this.streams.lagSeconds > MAX_LAG_SECONDS)
      return { state: 'degraded', detail: `A listener does not read what it is sent. ${open}` };
    return { state: 'up', detail: open };
  }
}
