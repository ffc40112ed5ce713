/** The database and what the service keeps beside it, by the end of its name. */
export const FILES_BESIDE = ['', '-wal', '-shm', '.lock', '.reserve'];
