'''The answers to the exercises, one module a page, named after the page's slug.

To make an exercise checkable, add an entry to ``ANSWERS`` in the module of its page
(``book/.../the-perceptron.md`` -> ``the_perceptron.py``)::

    """Answers to the exercises of the page on the perceptron."""

    from annbook.exercises.answer_types import Function, Number


    def step(z):
        return int(z >= 0)


    ANSWERS = [
        Number("margin-by-hand", abs(3 * 2 + 4 * 3 - 8) / 5, hints={10: "Divide by ‖w‖."}),
        Function("heaviside", step, cases=[-1.5, 0.0, 2.0], wrong=[lambda z: int(z > 0)]),
    ]

* The first argument is the label that the page's ``{exercise}`` directive has.
* Compute the expected value, don't type it. What takes long goes in a function without arguments
  (``Number("...", lambda: ...)``); it is called when the exercise is checked.
* A whole number is an int and must be met exactly; a float has a tolerance (``rtol``, ``atol``).
* ``hints`` maps a wrong answer that learners give to what they should look at; ``hint`` is a line
  for all other wrong answers; ``wrong`` lists more wrong answers. The tests try the expected
  answer, ``right``, ``hints`` and ``wrong`` of every entry: the first two must pass, the others
  must fail with a line that doesn't contain the expected value.
* Types of answer: ``Number``, ``Array``, ``Choice`` (one option or a set), ``Table`` (a
  dictionary), ``Function``, ``Class``, and ``Property`` where many answers are right.
* ``QUIZ`` is the key of the page's self-quiz: for each question, in order, how its right answer
  begins in the page's text. Find it from the question alone, with the marks covered, and compute
  what is a number: it is there to catch a wrong mark.
* NumPy and scikit-learn are fine here; TensorFlow and Keras must not be imported.
'''
