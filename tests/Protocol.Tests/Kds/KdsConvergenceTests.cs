using CsCheck;
using Mesh.Protocol.Kds;

namespace Mesh.Protocol.Tests.Kds;

/// <summary>
/// Whatever happens between a feed and a peer (changes, cuts, restarts of either side, rejections, messages that lie around),
/// in the end the peer holds what the feed has for it.
/// </summary>
public sealed class KdsConvergenceTests
{
    private static readonly string?[] _audiences = [null, "zone-1", "zone-2"];

    private static Gen<Step[]> Steps { get; } = Gen.Select(Gen.Enum<Act>(), Gen.Int[0, 1], Gen.Int[0, 4], Gen.Int[0, 2], Gen.Int[0, 2])
        .Select((act, type, name, content, audience) => new Step(act, type, name, content, audience)).Array[0, 60];

    public enum Act
    {
        Put,
        Change,
        Remove,
        WriteRequest,
        DeliverRequest,
        WriteResponse,
        DeliverResponse,
        RejectNext,
        Wait,
        Cut,
        RestartFeed,
        Settle,
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void History_OfAnyKind_Converges(bool isOurs) => Steps.Sample(
        steps =>
        {
            var run = new Run(isOurs);
            foreach (var step in steps)
            {
                run.Do(step);
            }

            run.Finish();
            Assert.Equal(run.Expected(), run.Actual());
        },
        iter: 2000,
        threads: 1);

    public readonly record struct Step(Act Act, int Type, int Name, int Content, int Audience);

    private sealed class Run
    {
        private readonly KdsOptions _options = new() { ResponseBudget = 80, RequestBudget = 60 };
        private readonly SortedDictionary<(string Type, string Name), (string Content, string? ExceptFor)> _model = [];
        private readonly HeldResources _held = new();
        private readonly bool _isOurs;
        private KdsWorld _world = new(maxTombstones: 3);
        private KdsLink _link;
        private long _now;

        public Run(bool isOurs)
        {
            _isOurs = isOurs;
            _link = Connect();
        }

        public void Do(Step step)
        {
            var type = KdsWorld.Types[step.Type];
            var name = $"n{step.Name}";
            switch (step.Act)
            {
                case Act.Put or Act.Change:
                    _model[(type, name)] = ($"{step.Content}", _audiences[step.Audience]);
                    _world.Put(type, name, $"{step.Content}", _audiences[step.Audience]);
                    break;
                case Act.Remove:
                    _model.Remove((type, name));
                    _world.Remove(type, name);
                    break;
                case Act.RestartFeed:
                    RestartFeed();
                    break;
                default:
                    Move(step);
                    break;
            }
        }

        public void Finish()
        {
            _world.Feed.Complete();
            for (var round = 0; round < 20; round++)
            {
                if (_link.MustReconnect)
                {
                    Reconnect();
                }

                _link.Error = null;
                Guard(() => _link.Settle());
                if (_link.Sender.NextDeadline is var due && due != KdsSender.Never)
                {
                    _link.Now = due;
                }
            }

            _link.Dispose();
            Assert.Equal(0, _world.Feed.Counts.Tombstones);
        }

        public IEnumerable<string> Expected() =>
            _model.Where(p => p.Value.ExceptFor != "zone-1").Select(p => $"{p.Key.Type} {p.Key.Name}={p.Value.Content}");

        public IEnumerable<string> Actual() =>
            KdsWorld.Types.SelectMany(type => _held.Of(type).Select(p => $"{type} {p.Key}={p.Value.Content}"));

        private void Move(Step step)
        {
            switch (step.Act)
            {
                case Act.WriteRequest:
                    _link.WriteRequest();
                    break;
                case Act.DeliverRequest:
                    Guard(() => _link.DeliverRequest());
                    break;
                case Act.WriteResponse:
                    Guard(() => _link.WriteResponse());
                    break;
                case Act.DeliverResponse:
                    Guard(() => _link.DeliverResponse());
                    break;
                case Act.RejectNext:
                    _link.Error = step.Content == 0 ? null : "not now";
                    break;
                case Act.Wait:
                    _link.Now += step.Name * 3_000;
                    break;
                case Act.Settle:
                    Guard(() => _link.Settle());
                    break;
                default:
                    Reconnect();
                    break;
            }
        }

        private void RestartFeed()
        {
            _world = new KdsWorld(isLoaded: false, maxTombstones: 3);
            foreach (var ((type, name), (content, exceptFor)) in _model)
            {
                _world.Put(type, name, content, exceptFor);
            }

            Reconnect();
            if (_model.Count % 2 == 0)
            {
                _world.Feed.Complete();
            }
        }

        private void Guard(Action move)
        {
            try
            {
                move();
            }
            catch (KdsProtocolException)
            {
                // A peer that slept too long starts over.
                Reconnect();
            }
        }

        private void Reconnect()
        {
            _now = _link.Now;
            _link.Dispose();
            _link = Connect();
        }

        private KdsLink Connect() => new(_world.Feed, "zone-1", _held, KdsWorld.Types, _isOurs, _isOurs, _options) { Now = _now };
    }
}
