/** Shows the progress of a long command on stderr. */
export interface Progress {
  /** @param step the current step, such as "Copying"; `total` may be unknown (0). */
  report(step: string, done: number, total: number): void;
  /** Has to be called in any case, before anything else is written. */
  end(): void;
}

interface ProgressOptions {
  /** Shows nothing. */
  readonly quiet?: boolean | undefined;
  readonly stream?: NodeJS.WriteStream;
}

/** Minimum interval of two plain lines about the same step. */
const LINE_INTERVAL_MS = 10_000;

/** A progress bar on a terminal; elsewhere, as under cron, plain lines at intervals. */
export async function openProgress({
  quiet = false,
  stream = process.stderr,
}: ProgressOptions = {}): Promise<Progress> {
  if (quiet) return { report: () => undefined, end: () => undefined };
  return stream.isTTY ? openBar(stream) : openLines(stream);
}

async function openBar(stream: NodeJS.WriteStream): Promise<Progress> {
  const { default: cliProgress } = await import('cli-progress');
  const format = '{step} [{bar}] {percentage} %';
  const settings = { format, stream, hideCursor: true, clearOnComplete: true, barsize: 30 };
  let current: { step: string; bar: InstanceType<typeof cliProgress.SingleBar> } | undefined;
  const end = (): void => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    report: (step, done, total) => {
      if (current?.step !== step) {
        end();
        current = { step, bar: new cliProgress.SingleBar(settings, cliProgress.Presets.shades_classic) };
        current.bar.start(total, done, { step });
      } else {
        current.bar.setTotal(total);
        current.bar.update(done);
      }
    },
    end,
  };
}

function openLines(stream: NodeJS.WriteStream): Progress {
  let last = { step: '', at: 0 };
  return {
    report: (step, done, total) => {
      const at = Date.now();
      if (step === last.step && at - last.at < LINE_INTERVAL_MS) return;
      const share = total > 0 && done > 0 ? ` ${Math.floor((100 * done) / total)} %` : '';
      stream.write(`${step}${share}\n`);
      last = { step, at };
    },
    end: () => undefined,
  };
}
