using Mesh.Engine;
using Mesh.Policies;
using Mesh.Zone.Compile;
using Mesh.Zone.Plan;
using Mesh.Zone.Secrets;
using Microsoft.Extensions.Logging;

namespace Mesh.Zone;

/// <summary>What the rounds of all meshes share.</summary>
internal sealed record RoundTools(
    string Zone,
    string Environment,
    PolicyCatalog Catalog,
    ProxyPlanner Planner,
    CompileCache Cache,
    SharedOutputs Outputs,
    ResourceEngine Engine,
    IWorkloadSecrets? Secrets,
    RoundWorkers Workers,
    ZoneMetrics Metrics,
    ILogger Logger);
