using EnvoyApi.Config.Overload.V3;
using EnvoyApi.Extensions.ResourceMonitors.FixedHeap.V3;
using Google.Protobuf.WellKnownTypes;

namespace Mesh.Server.Bootstrap;

/// <summary>What an Envoy does when its heap comes near a limit.</summary>
internal static class BootstrapOverload
{
    private const string FixedHeap = "envoy.resource_monitors.fixed_heap";

    public static OverloadManager Build(ulong maxHeapSizeBytes) => new()
    {
        RefreshInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(250)),
        ResourceMonitors =
        {
            new ResourceMonitor
            {
                Name = FixedHeap,
                TypedConfig = Any.Pack(new FixedHeapConfig { MaxHeapSizeBytes = maxHeapSizeBytes }),
            },
        },
        Actions =
        {
            Action("envoy.overload_actions.shrink_heap", 0.95),
            Action("envoy.overload_actions.stop_accepting_requests", 0.98),
        },
    };

    private static OverloadAction Action(string name, double threshold) => new()
    {
        Name = name,
        Triggers = { new Trigger { Name = FixedHeap, Threshold = new ThresholdTrigger { Value = threshold } } },
    };
}
