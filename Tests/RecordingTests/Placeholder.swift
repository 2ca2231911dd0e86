internal import Recording
