// Questions to the compiler, as promises.

let worker;
let asked = 0;
const waiting = new Map();

function start() {
  worker = new Worker('worker.js', { type: 'module' });
  worker.onmessage = ({ data: { id, answer, error } }) => {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error === undefined) return resolve?.(answer);
    reject?.(new Error(error));
    // A compiler that failed is in no state to go on.
    restart(error);
  };
  worker.onerror = (event) => restart(event.message);
}

function restart(reason) {
  worker.terminate();
  for (const { reject } of waiting.values()) reject(new Error(reason));
  waiting.clear();
  start();
}

/// Asks a question, as lib.rs defines them.
export async function ask(question) {
  return (await timed(question)).value;
}

/// Asks a question, and returns the answer in `value` and the time that it took in `milliseconds`.
export function timed(question) {
  return new Promise((resolve, reject) => {
    waiting.set(++asked, { resolve, reject });
    worker.postMessage({ id: asked, question });
  });
}

start();
