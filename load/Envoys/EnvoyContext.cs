using System.Buffers;
using Mesh.Load.Responses;

namespace Mesh.Load.Envoys;

/// <summary>What the virtual Envoys of one thread share.</summary>
internal sealed class EnvoyContext
{
    /// <param name="nodeOf">The encoded node of an Envoy.</param>
    /// <param name="observer">Is told what they receive.</param>
    /// <param name="after">Runs something on their thread after a time.</param>
    /// <param name="random">Of their thread.</param>
    public EnvoyContext(Func<int, byte[]> nodeOf, IEnvoyObserver observer, Action<TimeSpan, Action> after, Random random)
    {
        NodeOf = nodeOf;
        Observer = observer;
        After = after;
        Random = random;
        Responses = new ResponseReaders(Facts);
    }

    /// <summary>The encoded node of an Envoy by number.</summary>
    public Func<int, byte[]> NodeOf { get; }

    /// <summary>Is told what they receive.</summary>
    public IEnvoyObserver Observer { get; }

    /// <summary>Runs something on their thread after a time.</summary>
    public Action<TimeSpan, Action> After { get; }

    /// <summary>Of their thread.</summary>
    public Random Random { get; }

    /// <summary>Resources that came.</summary>
    public FactTable Facts { get; } = new();

    /// <summary>Readers for the responses that are under way.</summary>
    public ResponseReaders Responses { get; }

    /// <summary>What the server did wrong.</summary>
    public ViolationLog Violations { get; } = new();

    /// <summary>Scratch.</summary>
    public SubscriptionChanges Changes { get; } = new();

    /// <summary>Scratch: one request.</summary>
    public ArrayBufferWriter<byte> Request { get; } = new(4096);
}
