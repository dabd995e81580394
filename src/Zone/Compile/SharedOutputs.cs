using System.Collections.Concurrent;
using Mesh.Engine;
using Mesh.Envoy.Names;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>The shared outputs in use, one for each set of outbounds. Safe for concurrent use.</summary>
internal sealed class SharedOutputs(CompileCache cache, ResourceEngine engine)
{
    private readonly ConcurrentDictionary<OutboundSet, SharedOutput> _outputs = new();
    private readonly DestinationOutputs _destinations = new(cache);

    /// <summary>Type of secrets.</summary>
    internal ResourceType SecretType { get; } = engine.Types.Register(TypeUrls.Secret);

    /// <summary>What comes of a set of outbounds. Give it back with <see cref="Release"/>.</summary>
    internal SharedOutput Acquire(OutboundSet outbounds)
    {
        while (true)
        {
            if (!_outputs.TryGetValue(outbounds, out var output))
            {
                output = _outputs.GetOrAdd(
                    outbounds,
                    static (set, tools) => new SharedOutput(set, tools._destinations, tools.Engine),
                    this);
            }

            if (output.TryUse())
            {
                return output;
            }
        }
    }

    private ResourceEngine Engine => engine;

    /// <summary>Whether a proxy has a set of outbounds now.</summary>
    internal bool IsUsed(OutboundSet outbounds) => _outputs.ContainsKey(outbounds);

    /// <summary>Gives one use back; the last one frees it.</summary>
    internal void Release(SharedOutput output)
    {
        if (output.Leave())
        {
            _outputs.TryRemove(KeyValuePair.Create(output.Outbounds, output));
        }
    }
}
