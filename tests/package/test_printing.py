import sys

from annbook.printing import hide_times


def test_times_are_left_out_and_all_else_is_printed(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    hide_times()
    hide_times()
    print("Epoch 1/10\n11/11 - 1s - 63ms/step - accuracy: 0.6452 - loss: 0.6102")
    print("2/2 - 0s - 2ms/step - loss: 1.5e-03\na - b - c/step")
    sys.stdout.flush()
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["Epoch 1/10", "11/11 - accuracy: 0.6452 - loss: 0.6102"]
    assert lines[2:] == ["2/2 - loss: 1.5e-03", "a - b - c/step"]
