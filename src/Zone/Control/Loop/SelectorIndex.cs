using Mesh.Model.Kinds;
using Mesh.Model.Labels;
using Mesh.Model.Resources;
using Mesh.Zone.View;

namespace Mesh.Zone.Control.Loop;

/// <summary>Answers selectors over the Dataplanes and MeshServices of one mesh.</summary>
internal sealed class SelectorIndex
{
    private LabelIndex _dataplanes = LabelIndex.Empty;
    private LabelIndex _services = LabelIndex.Empty;
    private ServiceSelectors _selectors = ServiceSelectors.Empty;

    /// <summary>Names of the Dataplanes with all these labels.</summary>
    public IEnumerable<string> SelectDataplanes(IReadOnlyDictionary<string, string> labels) => _dataplanes.Select(labels);

    /// <summary>Names of the Dataplanes that a MeshService means.</summary>
    public IEnumerable<string> SelectDataplanes(MeshServiceSelector? selector) => ServiceSelectors.Select(selector, _dataplanes);

    /// <summary>Names of the MeshServices with all these labels.</summary>
    public IEnumerable<string> SelectServices(IReadOnlyDictionary<string, string> labels) => _services.Select(labels);

    /// <summary>Adds the names of the MeshServices that may mean a Dataplane with these labels; their selectors decide.</summary>
    public void AddServicesThatMaySelect(string dataplane, IReadOnlyDictionary<string, string> labels, HashSet<string> names) =>
        _selectors.AddCandidates(dataplane, LabelSet.Of(labels), names);

    /// <summary>Takes a change in.</summary>
    public void Apply(ResourceKey key, Resource? before, Resource? after)
    {
        switch (key.Kind)
        {
            case DataplaneKind.Name:
                _dataplanes = _dataplanes.With(key.Name, after is null ? null : LabelSet.Of(after.Labels));
                break;
            case MeshServiceKind.Name:
                var labels = after is null ? null : LabelSet.Of(after.Labels).With(ResourceLabels.DisplayName, after.DisplayName);
                _services = _services.With(key.Name, labels);
                if (!ReferenceEquals(before?.Spec, after?.Spec))
                {
                    _selectors = _selectors.With(key.Name, before, after);
                }

                break;
            default:
                break;
        }
    }
}
