using System.Buffers;
using System.Text.Json;
using EnvoyApi.Config.Core.V3;
using EnvoyApi.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mesh.Engine;
using Mesh.Engine.Feeds;
using Mesh.Protocol.Kds;
using Mesh.Testing;

namespace Mesh.Protocol.Tests.Kds;

/// <summary>What a zone and its Global of Kuma say to each other, with each of our halves in the place of one of theirs.</summary>
public sealed class RecordedExchangeTests
{
    public static TheoryData<string, string> Streams => new()
    {
        { "kds-zone-joins.jsonl", "GlobalToZoneSync" },
        { "kds-zone-joins.jsonl", "ZoneToGlobalSync" },
        { "kds-zone-returns.jsonl", "GlobalToZoneSync" },
        { "kds-zone-returns.jsonl", "ZoneToGlobalSync" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Sender_RecordedRequests_GivesTheRecordedResponses(string file, string method)
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.SkipReason);
        var lines = Read(file, method);
        var engine = new ResourceEngine();
        var feed = new ResourceFeed(engine);
        var seen = new HashSet<string>();
        foreach (var line in lines.Where(l => l.Response is not null && seen.Add(l.Response.TypeUrl)))
        {
            Apply(feed, line.Response!);
        }

        feed.Complete();
        using var sender = new KdsSender(feed, "zone-1", new KdsOptions(), new KdsSenderOwner());
        var ours = new Dictionary<string, List<DeltaDiscoveryResponse>>();
        var theirs = new Dictionary<string, List<string>>();
        var nonce = 0;
        foreach (var line in lines)
        {
            if (line.Response is { } recorded)
            {
                var earlier = theirs.GetValueOrDefault(recorded.TypeUrl) ?? (theirs[recorded.TypeUrl] = []);
                earlier.Add(recorded.Nonce);
                if (earlier.Count > 1)
                {
                    Apply(feed, recorded);
                    Collect(sender, ours, ref nonce);
                }

                AssertSame(recorded, ours[recorded.TypeUrl][earlier.Count - 1]);
                continue;
            }

            var request = line.Request!;
            if (request.ResponseNonce.Length > 0)
            {
                // Which response it answers; ours has a nonce of its own.
                request.ResponseNonce = ours[request.TypeUrl][theirs[request.TypeUrl].IndexOf(request.ResponseNonce)].Nonce;
            }

            sender.Receive(request.ToByteArray(), 0);
            Collect(sender, ours, ref nonce);
        }

        Assert.Equal(0, sender.StaleAnswers);
        Assert.Equal(theirs.ToDictionary(p => p.Key, p => p.Value.Count), ours.ToDictionary(p => p.Key, p => p.Value.Count));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Receiver_RecordedResponses_GivesTheRecordedRequests(string file, string method)
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.SkipReason);
        var lines = Read(file, method);
        var questions = lines.Where(l => l.Request is { ResponseNonce: "" }).Select(l => l.Request!).ToList();
        var receiver = new KdsReceiver("zone-1", questions[0].Node.Metadata.ToByteArray(), new KdsOptions());
        var held = new HeldResources();
        foreach (var question in questions)
        {
            receiver.Ask(question.TypeUrl, held: null);
        }

        var firstOfType = new HashSet<string>();
        foreach (var line in lines.Where(l => l.Request is { ResponseNonce: "" }).Concat(lines.Where(l => l.Request is not { ResponseNonce: "" })))
        {
            if (line.Response is { } response)
            {
                var delivery = receiver.Receive(response.ToByteArray());
                Assert.Equal(firstOfType.Add(delivery.Type), delivery.IsFullSet);
                Assert.Equal(response.Resources.Select(r => r.Name), delivery.Resources.Select(r => r.Name));
                Assert.Equal(response.RemovedResources, delivery.Removed);
                held.Apply(delivery);
                receiver.Accept(delivery);
                continue;
            }

            var output = new ArrayBufferWriter<byte>();
            Assert.True(receiver.TryWrite(output));
            Assert.Equal(line.Request, DeltaDiscoveryRequest.Parser.ParseFrom(output.WrittenSpan));
        }

        if (file == "kds-zone-returns.jsonl" && method == "GlobalToZoneSync")
        {
            Assert.DoesNotContain("after-cut", held.Text("MeshTimeout"), StringComparison.Ordinal);
            Assert.Equal(2, held.Of("MeshTimeout").Count);
        }
    }

    private static void Apply(ResourceFeed feed, DeltaDiscoveryResponse response)
    {
        var type = KdsTypes.Register(feed.Engine.Types, response.TypeUrl);
        foreach (var resource in response.Resources)
        {
            feed.Put(type, resource.Name, resource.Resource_.Value.Span);
        }

        foreach (var name in response.RemovedResources)
        {
            feed.Remove(type, name);
        }
    }

    private static void Collect(KdsSender sender, Dictionary<string, List<DeltaDiscoveryResponse>> responses, ref int nonce)
    {
        var output = new ArrayBufferWriter<byte>();
        while (sender.TryWrite(output, 0))
        {
            var response = DeltaDiscoveryResponse.Parser.ParseFrom(output.WrittenSpan);
            output.ResetWrittenCount();
            Assert.Equal($"{++nonce}", response.Nonce);
            (responses.GetValueOrDefault(response.TypeUrl) ?? (responses[response.TypeUrl] = [])).Add(response);
        }
    }

    private static void AssertSame(DeltaDiscoveryResponse recorded, DeltaDiscoveryResponse ours)
    {
        Assert.Equal(recorded.SystemVersionInfo, ours.SystemVersionInfo);
        Assert.Equal(recorded.RemovedResources, ours.RemovedResources);
        Assert.Equal(
            recorded.Resources.Select(r => (r.Name, r.Resource_)).OrderBy(r => r.Name, StringComparer.Ordinal),
            ours.Resources.Select(r => (r.Name, r.Resource_)).OrderBy(r => r.Name, StringComparer.Ordinal));
    }

    private static List<Line> Read(string file, string method)
    {
        var lines = new List<Line>();
        foreach (var text in File.ReadLines(Path.Combine(SharedFolder.Conformance!, "recorded", file)))
        {
            var json = JsonDocument.Parse(text).RootElement;
            if (!json.GetProperty("method").GetString()!.EndsWith('/' + method, StringComparison.Ordinal))
            {
                continue;
            }

            if (json.TryGetProperty("request", out var request))
            {
                lines.Add(new Line(RequestOf(request), null));
            }
            else if (json.TryGetProperty("response", out var response))
            {
                lines.Add(new Line(null, ResponseOf(response)));
            }
        }

        return lines;
    }

    private static DeltaDiscoveryRequest RequestOf(JsonElement json)
    {
        var request = new DeltaDiscoveryRequest
        {
            Node = new Node { Id = json.GetProperty("node").GetString() },
            TypeUrl = json.GetProperty("type").GetString(),
            ResponseNonce = json.GetProperty("nonce").GetString(),
        };
        var keys = Texts(json.GetProperty("metadata")).ToList();
        if (keys.Count > 0)
        {
            request.Node.Metadata = new Struct();
            foreach (var key in keys)
            {
                request.Node.Metadata.Fields.Add(key, Value.ForString("recorded"));
            }
        }

        request.ResourceNamesSubscribe.AddRange(Texts(json.GetProperty("subscribe")));
        return request;
    }

    private static DeltaDiscoveryResponse ResponseOf(JsonElement json)
    {
        var response = new DeltaDiscoveryResponse
        {
            TypeUrl = json.GetProperty("type").GetString(),
            Nonce = json.GetProperty("nonce").GetString(),
            SystemVersionInfo = json.GetProperty("version").GetString(),
        };
        response.RemovedResources.AddRange(Texts(json.GetProperty("removed")));
        foreach (var resource in json.GetProperty("resources").EnumerateArray())
        {
            response.Resources.Add(new Resource
            {
                Name = resource.GetProperty("name").GetString(),
                Version = resource.GetProperty("version").GetString(),
                Resource_ = new Any
                {
                    TypeUrl = resource.GetProperty("type").GetString(),
                    Value = ByteString.FromBase64(resource.GetProperty("value").GetString()),
                },
            });
        }

        return response;
    }

    private static IEnumerable<string> Texts(JsonElement array) => array.EnumerateArray().Select(e => e.GetString()!);

    private sealed record Line(DeltaDiscoveryRequest? Request, DeltaDiscoveryResponse? Response);
}
