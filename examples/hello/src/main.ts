/**
 * Fed with h, e, l, l, a network of three hidden units learns to answer e, l, l, o. The two l's want different answers,
 * so it has to remember what came before. The example of the lecture on recurrent networks in Stanford's CS231n.
 */
import { argmax, mean, oneHot, pick, Rng, Tape, type Tensor, tensor } from '@unroll/core';
import { crossEntropy, Linear, RNNCell, unroll } from '@unroll/nn';
import { Adam } from '@unroll/optim';

const letters = ['h', 'e', 'l', 'o'];
const idsOf = (word: string): Tensor => {
  return tensor([Array.from(word, (letter) => letters.indexOf(letter))], { dtype: 'int32' });
};
const input = 'hell';
const target = 'ello';
const x = oneHot(idsOf(input), letters.length); // [1, 4, 4]: one sequence, four steps, h = 1 0 0 0, e = 0 1 0 0, …
const y = idsOf(target); // [1, 4]

const rng = new Rng(0);
const cell = new RNNCell({ inputSize: 4, hiddenSize: 3, rng }); // h_t = tanh(W_ih·x_t + W_hh·h_{t−1} + b)
const head = new Linear({ inputSize: 3, outputSize: 4, rng }); // logits_t = W·h_t + b
const optimizer = new Adam([...cell.parameters(), ...head.parameters()], { lr: 0.1 });

function forward() {
  const h = unroll(cell, x).outputs; // [1, 4, 3]
  const logits = head.forward(h); // [1, 4, 4]
  return { h, logits, loss: crossEntropy(logits, y, { reduction: 'none' }) }; // nats, [1, 4]
}

/** Prints what happens at every step, and returns what the network answers. */
function show(title: string): string {
  const { h, logits, loss } = forward();
  const answer = Array.from(argmax(logits, -1).data, (id) => letters[id]);
  const row = (t: Tensor, step: number, digits = 2): string =>
    Array.from(pick(t, 1, step).data, (value) => value.toFixed(digits).padStart(6)).join(' ');
  console.log(`\n${title}\n\nx_t  h_t               logits: ${letters.join('      ')}  answer target   loss`);
  for (const [t, letter] of [...input].entries()) {
    console.log(`${letter}  ${row(h, t)}   ${row(logits, t)}    ${answer[t]}      ${target[t]}    ${row(loss, t, 3)}`);
  }
  return answer.join('');
}

show('Before training');

const tape = new Tape();
for (let update = 0; update < 100; update++) {
  const loss = tape.record(() => mean(forward().loss));
  optimizer.zeroGrad();
  tape.backward(loss);
  optimizer.step();
}

const answer = show('After 100 updates');
if (answer !== target) throw new Error(`The network answers "${answer}" instead of "${target}".`);
