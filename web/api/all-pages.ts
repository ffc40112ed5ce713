interface Page {
  readonly nextCursor: string | null;
}

/** Reads page after page. @param most so many pages; `isCut` where there are more. */
export async function allPages<P extends Page>(
  load: (cursor: string | undefined) => Promise<P>,
  most: number,
): Promise<{ readonly pages: readonly P[]; readonly isCut: boolean }> {
  const pages: P[] = [];
  let cursor: string | undefined;
  while (pages.length < most) {
    const page = await load(cursor);
    pages.push(page);
    if (page.nextCursor === null) return { pages, isCut: false };
    cursor = page.nextCursor;
  }
  return { pages, isCut: true };
}
