using CsCheck;
using EnvoyApi.Service.Discovery.V3;
using Mesh.Protocol.Ads;

namespace Mesh.Protocol.Tests.Ads;

/// <summary>
/// Properties: whatever the order of changes, requests, answers, rejections and pauses, a client that applies what it is sent
/// has in the end what it is to have, and nothing is sent that it has.
/// </summary>
public sealed class ClientModelTests
{
    private static readonly string[] _names = ["a", "b", "c", "d", "e"];

    private enum Step
    {
        Change,
        Drop,
        Read,
        Ack,
        Nack,
        Subscribe,
        Unsubscribe,
        AskForAll,
        Wait,
        Reconnect,
    }

    [Fact]
    public void Delta_AnyHistory_ClientConverges() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 4]).Array[1, 60].Sample(
            steps =>
            {
                using var run = new Run();
                foreach (var (step, name) in steps)
                {
                    run.Do(step, _names[name]);
                }

                run.Settle();
            },
            iter: 3000,
            threads: 1);

    private sealed class Run : DeltaFixture
    {
        private readonly Dictionary<string, string> _clusters = [];
        private readonly Dictionary<string, string> _endpoints = [];
        private readonly HashSet<string> _subscribed = [];
        private readonly List<DeltaDiscoveryResponse> _unanswered = [];
        private int _content;

        public Run()
        {
            Set(XdsTypes.Cluster, "always", "1");
            Set(XdsTypes.Listener, "always", "1");
            Publish();
            Subscribe(XdsTypes.Cluster);
            Subscribe(XdsTypes.Listener);
            ReadAndApply();
        }

        public void Do(Step step, string name)
        {
            switch (step)
            {
                case Step.Change:
                    Set(XdsTypes.Cluster, name, $"{_content++}");
                    Set(XdsTypes.Endpoint, name, new string('x', _content % 3));
                    Publish();
                    break;
                case Step.Drop:
                    Drop(XdsTypes.Cluster, name);
                    Drop(XdsTypes.Endpoint, name);
                    Publish();
                    break;
                case Step.Read:
                    ReadAndApply();
                    break;
                case Step.Ack when _unanswered.Count > 0:
                    Answer(_unanswered[0], Ack);
                    break;
                case Step.Nack when _unanswered.Count > 0:
                    // As with an invalid resource: nothing of the response stays applied as far as the server knows.
                    Answer(_unanswered[^1], r => Nack(r, "not now"));
                    break;
                case Step.Subscribe:
                    _subscribed.Add(name);
                    Subscribe(XdsTypes.Endpoint, name);
                    break;
                case Step.Unsubscribe:
                    _subscribed.Remove(name);
                    _endpoints.Remove(name);
                    Send(Request(XdsTypes.Endpoint, unsub: [name]));
                    break;
                case Step.AskForAll:
                    Subscribe(XdsTypes.Cluster, "*");
                    break;
                case Step.Wait:
                    Now += 700;
                    break;
                case Step.Reconnect:
                    Reconnect();
                    break;
                default:
                    break;
            }
        }

        public void Settle()
        {
            // What was rejected waits for new content: give everything some. One is to be gone.
            foreach (var name in _names[1..])
            {
                Do(Step.Change, name);
            }

            Do(Step.Drop, _names[0]);

            Set(XdsTypes.Cluster, "always", "end");
            Set(XdsTypes.Listener, "always", "end");
            Publish();
            for (var i = 0; i < 20; i++)
            {
                ReadAndApply();
                while (_unanswered.Count > 0)
                {
                    Answer(_unanswered[0], Ack);
                }

                Now += 10_000;
            }

            Assert.Empty(Read());
            Assert.Equal(_names[1..].Append("always").Order(), _clusters.Keys.Order());
            Assert.All(_clusters, c => Assert.Equal(VersionOf(XdsTypes.Cluster, c.Key), c.Value));
            Assert.Equal(_subscribed.Except(_names[..1]).Order(), _endpoints.Keys.Order());
            Assert.All(_endpoints, e => Assert.Equal(VersionOf(XdsTypes.Endpoint, e.Key), e.Value));
        }

        private void Reconnect()
        {
            _unanswered.Clear();
            Reopen();
            Send(Request(XdsTypes.Cluster, held: _clusters));
            Send(Request(XdsTypes.Listener));
            if (_subscribed.Count > 0)
            {
                Send(Request(XdsTypes.Endpoint, sub: [.. _subscribed], held: _endpoints));
            }
        }

        private void Answer(DeltaDiscoveryResponse response, Action<DeltaDiscoveryResponse> answer)
        {
            _unanswered.Remove(response);
            answer(response);
        }

        private void ReadAndApply()
        {
            foreach (var response in Read())
            {
                _unanswered.Add(response);
                var held = response.TypeUrl == XdsTypes.Cluster.Url ? _clusters : response.TypeUrl == XdsTypes.Endpoint.Url ? _endpoints : [];
                foreach (var resource in response.Resources)
                {
                    held[resource.Name] = resource.Version;
                }

                foreach (var removed in response.RemovedResources)
                {
                    held.Remove(removed);
                }
            }
        }
    }
}
