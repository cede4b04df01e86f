"""Streams a recording to Pretriage as a media gateway streams a call.

pip install -r examples/python/requirements.txt
python examples/python/client.py tests/data/calls/finance_refund.wav 127.0.0.1:50051
"""
import sys, time, wave
import grpc

sys.path.append("proto")  # Where the contract lies; it is compiled here and now.
pb, rpc = grpc.protos_and_services("pretriage/v1/pretriage.proto")


wav = wave.open(sys.argv[1])  # 16-bit samples: gateways mostly send ALAW or MULAW as it comes.


def call():
    """Yields what a gateway sends: the format, 20 ms of audio at a time, the end."""
    rate, channels = wav.getframerate(), wav.getnchannels()
    audio = pb.AudioFormat(encoding="LINEAR16", sample_rate_hz=rate, channels=channels)
    # Nobody hears the prompts here, so the call need not wait until they have been played.
    yield pb.ConverseRequest(config=pb.CallConfig(audio=audio, no_playback=True))
    while frame := wav.readframes(rate // 50):
        yield pb.ConverseRequest(audio=frame)
        time.sleep(0.02)
    yield pb.ConverseRequest(event=pb.ClientEvent(hang_up=pb.HangUp()))


outcome = "HANDOFF"  # Stays where the stream breaks: the caller then gets a human.
try:
    with grpc.insecure_channel(sys.argv[2]) as channel:
        for event in rpc.TriageStub(channel).Converse(call()):
            words = event.transcript.text or event.prompt.text
            print(f"{event.offset_ms:6} ms  {event.WhichOneof('response'):14}  {words}")
            if event.HasField("decision"):
                outcome = pb.Decision.Outcome.Name(event.decision.outcome)
                print(event.decision.queue, event.decision.topic, event.decision.confidence)
except grpc.RpcError as error:
    print(error.details(), file=sys.stderr)
print(outcome)
