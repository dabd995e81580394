using Mesh.Load.Scenarios;

namespace Mesh.Load.Serving;

/// <summary>Goes through the services of a mesh and changes their instances as a model says.</summary>
internal sealed class ChurnCursor(SyntheticMesh mesh)
{
    private readonly List<int> _touched = [];
    private readonly bool[] _isTouched = new bool[mesh.Services];
    private int _next;

    /// <summary>Makes the next changes. Those of one service become one.</summary>
    /// <returns>Services whose load assignments are to change, until the next call.</returns>
    public IReadOnlyList<int> Advance(ChurnModel model, int changes)
    {
        _touched.Clear();
        Array.Clear(_isTouched);
        for (var i = 0; i < changes; i++)
        {
            Touch(_next);
            if (Change(model, mesh.Instances(_next)))
            {
                _next = (_next + 1) % mesh.Services;
            }
        }

        return _touched;
    }

    /// <summary>Whether the next change is the next service's.</summary>
    private static bool Change(ChurnModel model, ServiceInstances instances)
    {
        switch (model)
        {
            case ChurnModel.Scale:
                instances.Scale();
                return true;
            case ChurnModel.Redeploy:
                return instances.Replace();
            default:
                return true;
        }
    }

    private void Touch(int service)
    {
        if (!_isTouched[service])
        {
            _isTouched[service] = true;
            _touched.Add(service);
        }
    }
}
