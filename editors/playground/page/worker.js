// Runs the compiler, so that typing never waits for it.
import init, { answer } from '../build/relc_playground.js';

const ready = init({ module_or_path: 'relc.wasm' });

onmessage = async ({ data: { id, question } }) => {
  try {
    await ready;
    const start = performance.now();
    const text = answer(JSON.stringify(question));
    postMessage({ id, answer: { milliseconds: performance.now() - start, value: JSON.parse(text) } });
  } catch (error) {
    postMessage({ id, error: String(error) });
  }
};
