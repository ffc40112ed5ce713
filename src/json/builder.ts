type JsonObject = Record<string, unknown>;

/** Builds nested objects and arrays from their names and values, as they come in the text, and as `JSON.parse` does. */
export class JsonBuilder {
  /** What stands outside of everything. */
  root: unknown;
  /** The name of the member that comes next. */
  name = '';
  private readonly open: (JsonObject | unknown[])[] = [];

  /** What comes from now on lies in this object or array. */
  begin(container: JsonObject | unknown[]): void {
    this.put(container);
    this.open.push(container);
  }

  end(): void {
    this.open.pop();
  }

  put(value: unknown): void {
    const container = this.open.at(-1);
    if (container === undefined) this.root = value;
    else if (Array.isArray(container)) container.push(value);
    else if (this.name === '__proto__') putProto(container, value);
    else container[this.name] = value;
  }
}

/** A member like any other: an assignment would set the prototype of the object. */
function putProto(object: JsonObject, value: unknown): void {
  Object.defineProperty(object, '__proto__', { value, enumerable: true, configurable: true, writable: true });
}
