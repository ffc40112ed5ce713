type JsonObject = Record<string, unknown>;

/** Builds nested objects and arrays from a stream of names and values, as `JSON.parse` does. */
export class JsonBuilder {
  /** The outermost value. */
  root: unknown;
  /** The name of the next member. */
  name = '';
  private readonly openContainers: (JsonObject | unknown[])[] = [];

  /** Opens an object or array: the following values are put into it. */
  begin(container: JsonObject | unknown[]): void {
    this.put(container);
    this.openContainers.push(container);
  }

  end(): void {
    this.openContainers.pop();
  }

  put(value: unknown): void {
    const container = this.openContainers.at(-1);
    if (container === undefined) this.root = value;
    else if (Array.isArray(container)) container.push(value);
    else if (this.name === '__proto__') putProto(container, value);
    else container[this.name] = value;
  }
}

/** Defines `__proto__` as an ordinary member: an assignment would set the prototype of the object. */
function putProto(object: JsonObject, value: unknown): void {
  Object.defineProperty(object, '__proto__', { value, enumerable: true, configurable: true, writable: true });
}
