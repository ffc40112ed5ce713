/** What filters look at. */
export type Facets = Readonly<Record<string, string | number | boolean | null>>;

const MAX_KNOWN = 2000;
const SEPARATOR = '\0';

/** Facets with the same values are one object, so that a filter decides about them once. */
export class FacetPool {
  private readonly known = new Map<string, Facets>();

  of(facets: Facets): Facets {
    const name = Object.entries(facets).flat().map(nameOf).join(SEPARATOR);
    const known = this.known.get(name);
    if (known) return known;
    if (this.known.size === MAX_KNOWN) this.known.clear();
    this.known.set(name, facets);
    return facets;
  }
}

function nameOf(value: Facets[string]): string {
  return typeof value === 'string' ? `"${value}` : String(value);
}
