const shown = '[secret]'

/** A value that no log line, JSON document, template or error shows by accident: only `reveal()` gives it out. */
export class Secret<Value> {
  readonly #value: Value
  constructor(value: Value) {
    this.#value = value
  }
  reveal(): Value {
    return this.#value
  }
  toString(): string {
    return shown
  }
  toJSON(): string {
    return shown
  }
  /** What Node's inspect and console print. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return shown
  }
}
