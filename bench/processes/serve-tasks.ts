/** The other end of a Worker: answers every message with the result of its task, and ends with its parent. */
export function serveTasks(perform: (task: never) => unknown): void {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => process.exit(0));
  process.on('message', (task) => {
    // The file that starts the worker and the worker itself name the same type of task.
    void answer(() => perform(task as never));
  });
}

async function answer(work: () => unknown): Promise<void> {
  try {
    process.send?.({ result: await work() });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
}
